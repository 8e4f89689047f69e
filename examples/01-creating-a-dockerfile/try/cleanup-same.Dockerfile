FROM python:3.14-alpine
RUN head -c 10000000 /dev/urandom > /download && rm /download
