FROM web2
ENTRYPOINT ["echo", "from ENTRYPOINT,"]
CMD ["from CMD"]
