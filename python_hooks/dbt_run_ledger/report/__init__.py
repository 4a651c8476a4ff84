"""`run-ledger report`: collect() reads rows, view() reckons with them, render() writes the page.

No SQL is outside collect, no HTML outside render and its template.
"""
