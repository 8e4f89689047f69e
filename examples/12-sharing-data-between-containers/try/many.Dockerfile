FROM web2
VOLUME ["/a"]
VOLUME ["/b", "/c"]
VOLUME /d /e
