/* wh-opencl-wire.h: what the program and its child that uses OpenCL say to each other.
 *
 * A request and its reply are fixed structures sent as one packet each (SOCK_SEQPACKET); both are the same program, so structures
 * go as they lie in memory. Arrays travel in memory files (memfd) beside the request: one with the input, sealed against any
 * change, and one for the output, sealed against a change of size. Both sides check seals and sizes before they map anything. In a
 * file the arrays lie one after the other in the order of the operation, each on a boundary of 64 bytes. */
#pragma once

#include "wh-engine-ops.h"

G_BEGIN_DECLS

#define WH_OPENCL_WIRE_VERSION 1
/* Where the child finds its socket, and the word that starts it: `weedhounds opencl-host`. */
#define WH_OPENCL_WIRE_FD 3
#define WH_OPENCL_WIRE_COMMAND "opencl-host"
#define WH_OPENCL_WIRE_DEVICES 16     /* most devices of one driver */
#define WH_OPENCL_WIRE_TEXT 128

typedef enum {
  WH_OPENCL_LIST,        /* -> counts[0] WhOpenclRecord in the output */
  WH_OPENCL_OPEN,        /* sizes[0]: device; input: cache directory, empty for none */
  WH_OPENCL_MATRIX,      /* keeps a matrix under its serial */
  WH_OPENCL_NEAREST,
  WH_OPENCL_PAIRS,
  WH_OPENCL_DISTANCES,
  WH_OPENCL_BOOTSTRAP,
  WH_OPENCL_LLOYD,
  WH_OPENCL_SPREADS,
  WH_OPENCL_MOMENTS,
  WH_OPENCL_N_VERBS,
  WH_OPENCL_CANCEL,      /* the request under way; has no reply of its own */
} WhOpenclVerb;

typedef struct {
  guint32 version;
  guint32 verb;
  guint64 number;        /* of the request, ascending; its reply bears the same */
  guint64 serial;        /* of a matrix */
  guint64 sizes[5];      /* by verb */
  guint64 seed;
  double  parameter;     /* width of a bin, relative standard deviation */
  guint64 input_bytes, output_bytes;
} WhOpenclRequest;

typedef enum {
  WH_OPENCL_DONE = WH_RUN_DONE,
  WH_OPENCL_CANCELLED = WH_RUN_CANCELLED,
  WH_OPENCL_UNABLE = WH_RUN_UNABLE,
  WH_OPENCL_UNKNOWN_MATRIX,    /* send it first */
  WH_OPENCL_N_ANSWERS
} WhOpenclAnswer;

typedef struct {
  guint32 version;
  guint32 answer;
  guint64 number;
  guint64 count;
  char    text[WH_OPENCL_WIRE_TEXT];    /* why not; not translated */
} WhOpenclReply;

/* A device in a list. */
typedef struct {
  char    platform[WH_OPENCL_WIRE_TEXT], name[WH_OPENCL_WIRE_TEXT], version[WH_OPENCL_WIRE_TEXT], driver[WH_OPENCL_WIRE_TEXT];
  guint64 memory;
  guint32 units;
  guint8  doubles, is_cpu, padding[2];
} WhOpenclRecord;

/* -- arrays in memory files -- */

typedef struct {
  void *data;
  gsize bytes;
} WhOpenclPiece;

/* A memory file that holds the pieces, sealed; -1 where there is no memory. out_bytes: how long it is. */
int      wh_opencl_wire_pack   (const WhOpenclPiece *pieces, gsize n_pieces, gsize *out_bytes);
/* An empty one that pieces of these lengths fit into. */
int      wh_opencl_wire_room   (const WhOpenclPiece *pieces, gsize n_pieces, gsize *out_bytes);
/* Copies the pieces out of such a file. */
gboolean wh_opencl_wire_unpack (int fd, gsize bytes, const WhOpenclPiece *pieces, gsize n_pieces);

/* A mapped file, read piece by piece. */
typedef struct {
  guint8 *base;
  gsize   bytes, at;
} WhOpenclParcel;

/* FALSE when the file is not as long and as sealed as it should be. `writable` for an output. */
gboolean wh_opencl_wire_map    (WhOpenclParcel *parcel, int fd, gsize bytes, gboolean writable);
/* The next piece, `count` times `size` bytes; NULL when that is not there. */
gpointer wh_opencl_wire_take   (WhOpenclParcel *parcel, gsize count, gsize size);
void     wh_opencl_wire_unmap  (WhOpenclParcel *parcel);

/* -- packets -- */

/* Sends without waiting; up to two file descriptors go along (-1: none). FALSE when the other side is gone. */
gboolean wh_opencl_wire_send    (int socket, const void *packet, gsize bytes, int input, int output);
/* Waits for one packet of exactly this length. Descriptors that come along go to out_input and out_output (-1: none; NULL: closed). */
gboolean wh_opencl_wire_receive (int socket, void *packet, gsize bytes, int *out_input, int *out_output);

/* -- a matrix in pieces -- */

/* The pieces of a matrix, pointing into it and into `heads`, both of which must live as long. Sizes and metric go into the request. What
 * only the CPU's engine needs of a matrix does not travel. */
GArray  *wh_opencl_wire_matrix  (const WhMatrix *matrix, WhOpenclRequest *request, gpointer *out_heads);

/* A matrix as the child keeps it: it points into the parcel. */
typedef struct _WhOpenclMatrix WhOpenclMatrix;
/* Takes the parcel over, also where it returns NULL: the pieces do not fit together. */
WhOpenclMatrix *wh_opencl_wire_matrix_new  (const WhOpenclRequest *request, WhOpenclParcel *parcel);
const WhMatrix *wh_opencl_wire_matrix_get  (const WhOpenclMatrix *matrix);
gsize           wh_opencl_wire_matrix_size (const WhOpenclMatrix *matrix);
void            wh_opencl_wire_matrix_free (WhOpenclMatrix *matrix);

G_END_DECLS
