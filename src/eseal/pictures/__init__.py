"""Pictures (印模) of electronic seals: designed, drawn, written, checked, shown in a PDF.

    picture     the picture as a seal carries it: its kind, its bytes, its size in millimetres
    upload      the check of a picture that somebody else made
    svg         SVG: writing our own, reading that of others strictly
    path_data, pen, arcs   the path data of SVG
    outline     the vector model: filled contours
    form        a picture as the form XObject of a PDF
    painting, sheet   the operators of its content; a page that shows it
    raster      the door to Pillow
    design      what a seal shows, with the measures in use
    drawing     a design drawn
    round_seal, oval_seal, square_seal   the three shapes
    name_arc    how large and how narrow the letters of a name are
    lettering   letters in rows and on arcs
    curves, geometry   circles and ellipses; rings, frames and the star
    glyphs      the door to fontTools

Nothing here knows a certificate, a register or a database. Showing and checking a picture needs
no font.
"""
