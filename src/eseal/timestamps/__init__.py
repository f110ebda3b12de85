"""Timestamps (时间戳): what proves when something was there, by RFC 3161, for both suites.

imprints      what is stamped: a digest and its algorithm
contents      what a timestamp says (TSTInfo)
tokens        a timestamp in its CMS, read strictly
verification  whether it holds, whether its authority is to be believed
requests      what an authority is asked, and how it is read
responses     what it answers, and whether the answer is one to this question
stamper       what signing code asks for timestamps
client        an authority over HTTP
authority     an authority of one's own: bytes of a request in, bytes of an answer out
server        the same behind HTTP, for trying things out
"""
