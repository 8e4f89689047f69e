FROM python:3.14-alpine
WORKDIR /srv
VOLUME ["public"]
