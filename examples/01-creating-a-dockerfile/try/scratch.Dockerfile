FROM scratch
COPY requirements.txt /
