FROM python:3.14-alpine
WORKDIR /app
WORKDIR data
RUN pwd > where.txt
CMD ["cat", "where.txt"]
