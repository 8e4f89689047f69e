FROM alpine:3.23
RUN --mount=type=secret,id=token \
    grep -c TOKEN /run/secrets/token > /lines
CMD ["sh", "-c", "echo \"$(cat /lines) line read\"; ls /run/secrets/token 2>&1"]
