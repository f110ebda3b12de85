"""Good documents of every kind: every check is there, and every check passes."""

from typing import Final

from eseal.jose.sdjwt import read_sd_jwt
from licences.selftest.office import Office
from licences.selftest.papers import PdfPaper, json_paper, pdf_paper
from licences.selftest.statements import ask, register
from licences.selftest.table import AUTHORISED, OF_JSON, OF_PDF, STAMPED, Cases, Question
from licences.selftest.timestamping import good_stamps

CASES: Final = Cases()


@CASES.good("JSON 证照", "a JSON licence", *OF_JSON)
def _good_json(office: Office) -> Question:
    return ask(office, json_paper(office))


@CASES.good("JSON 证照，持证者只出示两项", "a presentation: two fields disclosed", *OF_JSON)
def _good_presentation(office: Office) -> Question:
    shown = read_sd_jwt(json_paper(office)).present({"/fields/name", "/certificate_holder_name"})
    return ask(office, shown.compact())


@CASES.good("PDF 证照，盖有印章", "a sealed PDF licence", *OF_PDF)
def _good_pdf(office: Office) -> Question:
    return ask(office, pdf_paper(office))


@CASES.good("JSON 证照，带时间戳", "a JSON licence with a timestamp", *OF_JSON, *STAMPED)
def _good_json_stamped(office: Office) -> Question:
    return ask(office, json_paper(office, timestamps=good_stamps(office)))


@CASES.good("PDF 证照，带时间戳（B-T）", "a PDF licence with timestamp", *OF_PDF, *STAMPED)
def _good_pdf_stamped(office: Office) -> Question:
    return ask(office, pdf_paper(office, PdfPaper(timestamps=good_stamps(office))))


@CASES.good("PDF 证照，权责清单允许", "a PDF licence that a register allows", *OF_PDF, *AUTHORISED)
def _good_pdf_allowed(office: Office) -> Question:
    return ask(office, pdf_paper(office), register=register(office))
