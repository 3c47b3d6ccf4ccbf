"""Parses one flow log with flowlogs_reader: flowlogsReader.py FILE. Sums bytes and packets, and nothing else.

The package reads from S3 and CloudWatch only; these lines are what its S3 reader does with an object.
"""
import sys
from csv import DictReader
from gzip import open as gz_open

from flowlogs_reader import FlowRecord

records = total_bytes = packets = 0
with gz_open(sys.argv[1], mode="rt") as file:
    reader = DictReader(file, delimiter=" ")
    reader.fieldnames = [name.replace("-", "_") for name in reader.fieldnames]
    for row in reader:
        record = FlowRecord(row)
        records += 1
        total_bytes += record.bytes
        packets += record.packets
print(records, total_bytes, packets)
