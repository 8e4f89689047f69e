FROM python:3.14-alpine
CMD ["echo", "the first CMD"]
CMD ["echo", "the last CMD"]
LABEL org.opencontainers.image.title="two-cmds"
