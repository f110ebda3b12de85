"""Homes for tests: departments of the demo authority, and requests that they may issue."""

from licences.catalogue import Catalogue, load_catalogue

CATALOGUE: Catalogue = load_catalogue()
DEPARTMENTS = CATALOGUE.departments[:2]
"""Two of the shipped departments: making keys for all of them takes long."""

MARKET = DEPARTMENTS[0].code.text
"""Code of the market regulator, which issues business licences."""
