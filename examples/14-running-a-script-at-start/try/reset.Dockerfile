FROM web2
ENTRYPOINT ["echo"]
