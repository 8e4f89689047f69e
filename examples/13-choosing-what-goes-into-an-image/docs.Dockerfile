FROM alpine:3.23
WORKDIR /docs
COPY docs .
CMD ["sh", "-c", "find . | sort"]
