"""Signed JSON: strict parsing, JWS (RFC 7515) and SD-JWT (RFC 9901), with RSA or SM2."""
