CREATE TABLE product (name text);
INSERT INTO product VALUES ('tea'), ('coffee');
