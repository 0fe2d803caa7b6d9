#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes one case: DIR/access.log, DIR/events/, DIR/truth.json, and DIR/clients.csv where the case has one. See README.md."""

import argparse
import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import proxy_day      # noqa: E402, F401 (it knows where the writers are)
import cases          # noqa: E402
import squid          # noqa: E402
import windows_forms  # noqa: E402


def main():
    options = argparse.ArgumentParser(description=__doc__, epilog='cases: ' + ' '.join(cases.CASES))
    options.add_argument('case', choices=cases.CASES, metavar='CASE')
    options.add_argument('--out', required=True, metavar='DIR')
    options.add_argument('--seed', type=int, default=3)
    options.add_argument('--clients', type=int, default=24)
    options.add_argument('--clock-off', type=float, metavar='SECONDS', help="how far the machine's clock is ahead of the proxy's")
    options.add_argument('--layout', choices=sorted(squid.LAYOUTS))
    options.add_argument('--form', choices=[*windows_forms.FORMS, 'csv-ja'], default='xml')
    given = options.parse_args()
    cases.build(given.case, given.seed, given.clock_off, given.layout, given.clients).write(given.out, given.form)


if __name__ == '__main__':
    main()
