"""Reads experiments, one JSON object a line, and writes what contract.py finds wrong with each, one JSON list a line (["crash"] where it cannot even look)."""
import json
import sys

from contract import problems

for line in sys.stdin:
    try:
        print(json.dumps(problems(json.loads(line))))
    except Exception:
        print('["crash"]')
