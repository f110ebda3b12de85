"""The register of licences (电子证照): what one is, how it is issued, and whether it is good.

Imports `eseal` for all evidence. Knows no HTTP.
"""
