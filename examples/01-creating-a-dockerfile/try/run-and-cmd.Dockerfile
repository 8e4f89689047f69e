FROM python:3.14-alpine
RUN echo "RUN: while the image is built" > /log
CMD ["sh", "-c", "echo 'CMD: when a container starts' >> /log; cat /log"]
