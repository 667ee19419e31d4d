"""A Modbus TCP server of pymodbus on loopback: registers come as JSON on standard input, the port goes to standard output."""

import asyncio
import json
import logging
import sys

from pymodbus.datastore import ModbusServerContext, ModbusSlaveContext, ModbusSparseDataBlock
from pymodbus.server.async_io import ModbusTcpServer


async def serve(registers):
    block = ModbusSparseDataBlock(registers)
    unit = ModbusSlaveContext(hr=block, ir=block, zero_mode=True)
    server = ModbusTcpServer(ModbusServerContext(slaves=unit, single=True), address=("127.0.0.1", 0))
    serving = asyncio.ensure_future(server.serve_forever())
    await server.serving
    print(server.server.sockets[0].getsockname()[1], flush=True)
    await serving


# It logs every exception response and every client that leaves as an error; both are what the tests do.
logging.disable(logging.CRITICAL)
asyncio.run(serve({int(address): value for address, value in json.load(sys.stdin).items()}))
