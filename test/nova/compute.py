#!/usr/bin/python3
"""nova-compute, whose package would bring QEMU and libvirt, with the hypervisor of this folder."""

import pathlib
import sys

import nova.virt
from nova.cmd.compute import main

# Nova looks for hypervisors there alone.
nova.virt.__path__.append(str(pathlib.Path(__file__).resolve().parent))
sys.argv[0] = 'nova-compute'
main()
