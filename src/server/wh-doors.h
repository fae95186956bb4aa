/* wh-doors.h: the sockets that the server listens on, and the thread that lets peers in. Knows no HTTP. */
#pragma once

#include <glib.h>
#include <sys/socket.h>

G_BEGIN_DECLS

typedef enum {
  WH_DOOR_PLAIN,
  WH_DOOR_TLS,
  WH_DOOR_REDIRECT,   /* plain; sends everybody to the one with TLS */
  WH_DOOR_LOCAL,      /* the data directory's socket: the owner of the data */
} WhDoorKind;

typedef struct {
  WhDoorKind kind;
  int        fd;
  guint16    port;
  gboolean   loopback;   /* nobody on another machine reaches it */
} WhDoor;

typedef struct _WhDoors WhDoors;

/* Who comes in, on the thread of the doors. Takes `fd`, which does not block. `address` is as accept tells it. */
typedef void (*WhDoorsFunc) (int fd, const struct sockaddr *address, socklen_t length, const WhDoor *door, gpointer user_data);

WhDoors      *wh_doors_new         (WhDoorsFunc admit, gpointer user_data);
/* "127.0.0.1:8000", "[::]:443"; port 0: any free one. A socket that the service manager holds at this address is taken over. */
const WhDoor *wh_doors_open        (WhDoors *doors, WhDoorKind kind, const char *address, GError **error);
const WhDoor *wh_doors_open_local  (WhDoors *doors, const char *path, GError **error);
/* From now on peers are let in. */
void          wh_doors_start       (WhDoors *doors);
/* Lets in who stands before them already, and shuts them. */
void          wh_doors_shut        (WhDoors *doors);
void          wh_doors_free        (WhDoors *doors);
/* Tells a peer that is not let in so, and closes `fd` as soon as it may have heard it. `door` with TLS: without a word. */
void          wh_doors_turn_away   (WhDoors *doors, int fd, const WhDoor *door);

G_END_DECLS
