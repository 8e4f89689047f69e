FROM python:3.14-alpine
CMD flask run --host=0.0.0.0 --port=5000
