FROM python:3.14-alpine
WORKDIR /app
RUN mkdir /app
