/* Where the daemon is. */
#include <arpa/inet.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "connection.h"

bool address_find(const char *host, const char *port, const char *port_file,
                  struct address *address)
{
    struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM}, *list;
    /* copayd's port files belong to daemons on this machine, on the loopback of IPv4. */
    hints.ai_family = port_file ? AF_INET : AF_UNSPEC;
    int failed = getaddrinfo(host, port_file ? "0" : port, &hints, &list);
    if (failed) {
        fprintf(stderr, "copay-replay: %s: %s\n", host, gai_strerror(failed));
        return false;
    }
    memcpy(&address->socket, list->ai_addr, list->ai_addrlen);
    address->size = list->ai_addrlen;
    address->port_file = port_file;
    freeaddrinfo(list);
    return true;
}

bool address_now(const struct address *address, struct sockaddr_storage *out)
{
    *out = address->socket;
    if (!address->port_file)
        return true;
    FILE *file = fopen(address->port_file, "r");
    char text[16] = "";
    bool read = file && fgets(text, sizeof text, file);
    if (file)
        fclose(file);
    long port = strtol(text, NULL, 10);
    if (!read || port < 1 || port > 65535)
        return false;
    ((struct sockaddr_in *)out)->sin_port = htons((uint16_t)port);
    return true;
}
