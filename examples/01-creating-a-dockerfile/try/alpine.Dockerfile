FROM alpine:3.23
CMD ["echo", "Hello from Alpine"]
