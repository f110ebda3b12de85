"""Self-test (自检): documents good and bad, made in memory, and what a verifier has to say of each.

It proves the program as it is installed: the real verifier, path judge and engines. Rules kept: no
network, no home, no clock but `authority.AT`, nothing written; keys are new each time.
"""
