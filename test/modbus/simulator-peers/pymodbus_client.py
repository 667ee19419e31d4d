"""Reads and writes a simulated PAC3200 with pymodbus and prints what it saw as one JSON object.

Arguments: host, port.
"""

import json
import socket
import struct
import sys

from pymodbus.client import ModbusTcpClient
from pymodbus.mei_message import ReadDeviceInformationRequest
from pymodbus.payload import BinaryPayloadDecoder, Endian
from pymodbus.register_read_message import ReadHoldingRegistersRequest

SLAVE = 1


def outcome(response):
    """The registers or bits of a reply, or the exception's code."""
    if response.isError():
        return {"exception": response.exception_code}
    if hasattr(response, "registers"):
        return response.registers
    return [bool(bit) for bit in response.bits]


def floats(registers):
    decoder = BinaryPayloadDecoder.fromRegisters(registers, byteorder=Endian.Big, wordorder=Endian.Big)
    return [decoder.decode_32bit_float() for _ in range(len(registers) // 2)]


def doubles(registers):
    decoder = BinaryPayloadDecoder.fromRegisters(registers, byteorder=Endian.Big, wordorder=Endian.Big)
    return [decoder.decode_64bit_float() for _ in range(len(registers) // 4)]


def request(client, address, count):
    """The bytes that pymodbus sends for a reading, with a transaction of its own."""
    message = ReadHoldingRegistersRequest(address, count, SLAVE)
    message.transaction_id = client.transaction.getNextTID()
    return message.transaction_id, client.framer.buildPacket(message)


def receive(client, replies):
    """Reads until pymodbus has made that many replies of the stream."""
    seen = []
    client.socket.settimeout(5)
    while len(seen) < replies:
        client.framer.processIncomingPacket(client.socket.recv(4096), seen.append, SLAVE)
    return [(reply.transaction_id, reply.registers) for reply in seen]


def split(client):
    """A request in single bytes, each in a packet of its own."""
    client.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    transaction, packet = request(client, 50021, 2)
    for byte in packet:
        client.socket.sendall(bytes([byte]))
    return receive(client, 1) == [(transaction, [0, 15])]


def pipelined(client):
    """Ten requests in one packet."""
    requests = [request(client, 1 + 2 * index, 2) for index in range(10)]
    client.socket.sendall(b"".join(packet for _, packet in requests))
    return [transaction for transaction, _ in receive(client, 10)] == [transaction for transaction, _ in requests]


def main():
    host, port = sys.argv[1], int(sys.argv[2])
    client = ModbusTcpClient(host, port=port, timeout=5)
    assert client.connect()
    seen = {
        "holding": floats(outcome(client.read_holding_registers(1, 74, slave=SLAVE))),
        "input": floats(outcome(client.read_input_registers(1, 74, slave=SLAVE))),
        "energies": doubles(outcome(client.read_holding_registers(801, 40, slave=SLAVE))),
        "identity": outcome(client.read_holding_registers(64001, 27, slave=SLAVE)),
        "restarted": outcome(client.read_discrete_inputs(111, 1, slave=SLAVE))[0],
        "function01": outcome(client.read_coils(0, 1, slave=SLAVE)),
        "insideAValue": outcome(client.read_holding_registers(2, 2, slave=SLAVE)),
        "partOfIdentity": outcome(client.read_holding_registers(64001, 1, slave=SLAVE)),
        "tooMany": outcome(client.execute(ReadHoldingRegistersRequest(1, 126, SLAVE))),
        "device": {
            number: text.decode()
            for number, text in client.execute(ReadDeviceInformationRequest(1, 0, slave=SLAVE)).information.items()
        },
        "split": split(client),
        "pipelined": pipelined(client),
    }
    energy = struct.unpack(">4H", struct.pack(">d", 123456.5))
    seen["written"] = not client.write_registers(801, list(energy), slave=SLAVE).isError()
    seen["readBack"] = doubles(outcome(client.read_holding_registers(801, 4, slave=SLAVE)))
    seen["writtenToVoltage"] = outcome(client.write_registers(1, [0, 0], slave=SLAVE))
    seen["ordered"] = not client.write_register(60004, 1, slave=SLAVE).isError()
    seen["afterReset"] = doubles(outcome(client.read_holding_registers(801, 4, slave=SLAVE)))
    seen["impossibleOrder"] = outcome(client.write_register(60006, 7, slave=SLAVE))
    client.close()
    print(json.dumps(seen))


main()
