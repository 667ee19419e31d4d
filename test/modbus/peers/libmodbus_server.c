/* A Modbus TCP server of libmodbus on loopback, one client after the other. Argument: port, 0 for any. Registers come as
 * lines "address value" on standard input, the port goes to standard output. */
#include <errno.h>
#include <modbus/modbus.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>

/* The last register of the meter is 64,116; what lies above is out of range. */
#define REGISTERS 64200

static int port_of(int listener) {
  struct sockaddr_in address;
  socklen_t length = sizeof address;
  if (getsockname(listener, (struct sockaddr *)&address, &length) != 0) return -1;
  return ntohs(address.sin_port);
}

int main(int argc, char **argv) {
  modbus_t *server = modbus_new_tcp("127.0.0.1", argc > 1 ? atoi(argv[1]) : 0);
  modbus_mapping_t *registers = modbus_mapping_new(0, 0, REGISTERS, REGISTERS);
  if (server == NULL || registers == NULL) return 1;

  int address, value;
  while (scanf("%d %d", &address, &value) == 2) {
    registers->tab_registers[address] = (uint16_t)value;
    registers->tab_input_registers[address] = (uint16_t)value;
  }

  int listener = modbus_tcp_listen(server, 4);
  if (listener == -1) {
    fprintf(stderr, "%s\n", modbus_strerror(errno));
    return 1;
  }
  printf("%d\n", port_of(listener));
  fflush(stdout);

  while (modbus_tcp_accept(server, &listener) != -1) {
    uint8_t request[MODBUS_TCP_MAX_ADU_LENGTH];
    int length;
    while ((length = modbus_receive(server, request)) != -1) modbus_reply(server, request, length, registers);
    modbus_close(server);
  }
  return 1;
}
