/*
 * Reads and writes a simulated PAC3200 with libmodbus and prints what it saw as one JSON object.
 * Arguments: host, port.
 */
#include <errno.h>
#include <modbus/modbus.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>

#define REQUESTS 10
#define TIMEOUT_SECONDS 5

static modbus_t *meter;

/* The exception's code, 0 for a reply, -1 for anything else. */
static int exception_of(int result) {
  if (result != -1) return 0;
  return errno > MODBUS_ENOBASE && errno < EMBXGTAR + 1 ? errno - MODBUS_ENOBASE : -1;
}

static void print_floats(const char *name, int (*read)(modbus_t *, int, int, uint16_t *)) {
  uint16_t registers[74];
  if (read(meter, 1, 74, registers) != 74) exit(EXIT_FAILURE);
  printf("\"%s\": [", name);
  for (int at = 0; at < 74; at += 2) printf("%s%.9g", at == 0 ? "" : ", ", modbus_get_float_abcd(registers + at));
  printf("], ");
}

static void print_exception(const char *name, int result) { printf("\"%s\": %d, ", name, exception_of(result)); }

/* A request in single bytes, each in a packet of its own. */
static int is_split_answered(void) {
  const uint8_t request[] = {0, 9, 0, 0, 0, 6, 1, MODBUS_FC_READ_HOLDING_REGISTERS, 0xc3, 0x65, 0, 2};
  uint8_t reply[MODBUS_TCP_MAX_ADU_LENGTH];
  const int on = 1;
  setsockopt(modbus_get_socket(meter), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  for (size_t at = 0; at < sizeof request; at++) {
    if (send(modbus_get_socket(meter), request + at, 1, 0) != 1) return 0;
  }
  return modbus_receive_confirmation(meter, reply) == 13 && reply[12] == 15;
}

/* Requests of 1, 2, 3 … values without waiting: the length of each reply says which request it answers. */
static int is_pipeline_in_order(void) {
  uint8_t reply[MODBUS_TCP_MAX_ADU_LENGTH];
  for (int values = 1; values <= REQUESTS; values++) {
    const uint8_t request[] = {1, MODBUS_FC_READ_HOLDING_REGISTERS, 0, 1, 0, (uint8_t)(2 * values)};
    if (modbus_send_raw_request(meter, request, sizeof request) == -1) return 0;
  }
  for (int values = 1; values <= REQUESTS; values++) {
    if (modbus_receive_confirmation(meter, reply) != 9 + 4 * values) return 0;
  }
  return 1;
}

int main(int count, char *arguments[]) {
  uint16_t registers[125];
  uint8_t bits[1];
  if (count != 3) return EXIT_FAILURE;
  meter = modbus_new_tcp(arguments[1], atoi(arguments[2]));
  if (meter == NULL || modbus_set_slave(meter, 1) == -1 || modbus_connect(meter) == -1) return EXIT_FAILURE;
  /* A machine that runs many tests at once is slow. */
  modbus_set_response_timeout(meter, TIMEOUT_SECONDS, 0);
  modbus_set_byte_timeout(meter, TIMEOUT_SECONDS, 0);
  printf("{");
  print_floats("holding", modbus_read_registers);
  print_floats("input", modbus_read_input_registers);
  print_exception("identity", modbus_read_registers(meter, 64001, 27, registers));
  printf("\"manufacturer\": %d, ", registers[0]);
  print_exception("bits", modbus_read_input_bits(meter, 111, 1, bits));
  printf("\"restarted\": %d, ", bits[0]);
  print_exception("function01", modbus_read_bits(meter, 0, 1, bits));
  print_exception("insideAValue", modbus_read_registers(meter, 2, 2, registers));
  print_exception("acrossAHole", modbus_read_registers(meter, 203, 30, registers));
  printf("\"split\": %d, ", is_split_answered());
  printf("\"pipelined\": %d, ", is_pipeline_in_order());
  registers[0] = 0;
  registers[1] = 30;
  print_exception("written", modbus_write_registers(meter, 50021, 2, registers));
  print_exception("readBack", modbus_read_registers(meter, 50021, 2, registers));
  printf("\"period\": %d, ", registers[1]);
  registers[1] = 61;
  print_exception("impossible", modbus_write_registers(meter, 50021, 2, registers));
  print_exception("ordered", modbus_write_register(meter, 60006, 1));
  print_exception("tariff", modbus_read_registers(meter, 211, 2, registers));
  printf("\"activeTariff\": %d}\n", registers[1]);
  modbus_close(meter);
  modbus_free(meter);
  return EXIT_SUCCESS;
}
