FROM python:3.14-alpine
RUN mkdir /app
WORKDIR /app
