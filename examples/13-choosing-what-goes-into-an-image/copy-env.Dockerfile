FROM alpine:3.23
COPY .env /
