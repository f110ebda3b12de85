"""Evidence on documents: keys, certificates, signatures, and their verification.

Bytes and keys in, evidence out. Knows no licence, no database, no web, no hidden clock.
"""
