FROM python:3.14-alpine
COPY requirements.txt /
CMD ["cat", "/requirements.txt"]
