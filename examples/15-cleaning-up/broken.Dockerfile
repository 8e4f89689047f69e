FROM web1
RUN false
