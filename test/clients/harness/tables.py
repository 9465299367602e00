"""Reads the tables that the command-line clients print."""


class Table:
    def __init__(self, columns, rows):
        self.columns = columns
        self.rows = rows

    def column(self, name):
        index = self.columns.index(name)
        return [row[index] for row in self.rows]

    def row(self, **wanted):
        """The one row whose cells are as wanted, as a dictionary."""
        rows = [dict(zip(self.columns, row)) for row in self.rows]
        found = [row for row in rows if all(row[key] == value for key, value in wanted.items())]
        if len(found) != 1:
            raise AssertionError(f'{len(found)} rows with {wanted} in {rows}')
        return found[0]

    def as_properties(self):
        """A table of names and values, as a dictionary."""
        return {name: value for name, value in self.rows}


def read_tables(text):
    found = []
    lines = text.splitlines()
    while lines:
        line = lines.pop(0)
        if not line.startswith('+-'):
            continue
        cells = _cutter(line)
        columns = cells(lines.pop(0))
        lines.pop(0)
        rows = []
        while not lines[0].startswith('+-'):
            row = cells(lines.pop(0))
            if rows and row[0] == '':
                # A value of several lines: the client leaves the cells before it empty.
                rows[-1] = [a if b == '' else f'{a}\n{b}' for a, b in zip(rows[-1], row)]
            else:
                rows.append(row)
        lines.pop(0)
        found.append(Table(columns, rows))
    return found


def _cutter(border):
    """Cuts rows where the border has its corners, since values may hold the separator themselves."""
    corners = [at for at, character in enumerate(border) if character == '+']
    return lambda line: [line[a + 1 : b].strip() for a, b in zip(corners, corners[1:])]
