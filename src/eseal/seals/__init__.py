"""Electronic seals (电子印章) and what they leave behind (电子签章): GB/T 38540-2020.

`model` has the values, `reading` reads them, `making` makes seals and seals with them, `checks`
judges them in the order of the standard.
"""
