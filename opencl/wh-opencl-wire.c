#include "wh-opencl-wire.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#define BOUNDARY 64
#define MOST_BYTES (G_GUINT64_CONSTANT (1) << 40)
#define SEALS_OF_SIZE (F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW)

static gsize
round_up (gsize bytes)
{
  return (bytes + BOUNDARY - 1) / BOUNDARY * BOUNDARY;
}

static gsize
total_of (const WhOpenclPiece *pieces, gsize n_pieces)
{
  gsize total = BOUNDARY;

  for (gsize i = 0; i < n_pieces; i++)
    total += round_up (pieces[i].bytes);
  return total;
}

static int
file_new (gsize bytes)
{
  int fd = memfd_create ("weedhounds-opencl", MFD_CLOEXEC | MFD_ALLOW_SEALING);

  if (fd >= 0 && ftruncate (fd, (off_t) bytes) != 0)
    {
      close (fd);
      return -1;
    }
  return fd;
}

static gboolean
write_all (int fd, const WhOpenclPiece *piece, gsize at)
{
  for (gsize done = 0; done < piece->bytes;)
    {
      gssize n = pwrite (fd, (const guint8 *) piece->data + done, piece->bytes - done, (off_t) (at + done));
      if (n == 0 || (n < 0 && errno != EINTR))
        return FALSE;
      done += (gsize) MAX (n, 0);
    }
  return TRUE;
}

int
wh_opencl_wire_pack (const WhOpenclPiece *pieces, gsize n_pieces, gsize *out_bytes)
{
  int fd = file_new (*out_bytes = total_of (pieces, n_pieces));
  gboolean written = fd >= 0;
  gsize at = 0;

  for (gsize i = 0; i < n_pieces && written; at += round_up (pieces[i++].bytes))
    written = write_all (fd, &pieces[i], at);
  if (written && fcntl (fd, F_ADD_SEALS, SEALS_OF_SIZE | F_SEAL_WRITE) == 0)
    return fd;
  if (fd >= 0)
    close (fd);
  return -1;
}

int
wh_opencl_wire_room (const WhOpenclPiece *pieces, gsize n_pieces, gsize *out_bytes)
{
  int fd = file_new (*out_bytes = total_of (pieces, n_pieces));

  if (fd < 0 || fcntl (fd, F_ADD_SEALS, SEALS_OF_SIZE) == 0)
    return fd;
  close (fd);
  return -1;
}

gboolean
wh_opencl_wire_unpack (int fd, gsize bytes, const WhOpenclPiece *pieces, gsize n_pieces)
{
  WhOpenclParcel parcel;

  if (!wh_opencl_wire_map (&parcel, fd, bytes, FALSE))
    return FALSE;
  for (gsize i = 0; i < n_pieces; i++)
    if (pieces[i].bytes)
      memcpy (pieces[i].data, wh_opencl_wire_take (&parcel, pieces[i].bytes, 1), pieces[i].bytes);
  wh_opencl_wire_unmap (&parcel);
  return TRUE;
}

gboolean
wh_opencl_wire_map (WhOpenclParcel *parcel, int fd, gsize bytes, gboolean writable)
{
  struct stat status;
  int seals = fd >= 0 ? fcntl (fd, F_GET_SEALS) : -1;
  void *base;

  *parcel = (WhOpenclParcel) { NULL, 0, 0 };
  if (seals < 0 || (seals & SEALS_OF_SIZE) != SEALS_OF_SIZE || bytes == 0 || bytes > MOST_BYTES || fstat (fd, &status) != 0
      || (gsize) status.st_size != bytes)
    return FALSE;
  base = mmap (NULL, bytes, writable ? PROT_READ | PROT_WRITE : PROT_READ, MAP_SHARED, fd, 0);
  if (base == MAP_FAILED)
    return FALSE;
  *parcel = (WhOpenclParcel) { base, bytes, 0 };
  return TRUE;
}

gpointer
wh_opencl_wire_take (WhOpenclParcel *parcel, gsize count, gsize size)
{
  gsize bytes, left = parcel->bytes - parcel->at;
  gpointer piece = parcel->base ? parcel->base + parcel->at : NULL;

  if (!piece || __builtin_mul_overflow (count, size, &bytes) || bytes > left || round_up (bytes) > left)
    return NULL;
  parcel->at += round_up (bytes);
  return piece;
}

void
wh_opencl_wire_unmap (WhOpenclParcel *parcel)
{
  if (parcel->base)
    munmap (parcel->base, parcel->bytes);
  parcel->base = NULL;
}

/* -- packets -- */

#define CONTROL_BYTES CMSG_SPACE (2 * sizeof (int))

gboolean
wh_opencl_wire_send (int socket, const void *packet, gsize bytes, int input, int output)
{
  union {
    struct cmsghdr header;
    char           bytes[CONTROL_BYTES];
  } control = { 0 };
  struct iovec part = { (void *) packet, bytes };
  struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1 };
  const int fds[2] = { input, output };
  gssize sent;

  if (input >= 0 && output >= 0)
    {
      message.msg_control = &control;
      message.msg_controllen = sizeof control;
      control.header.cmsg_level = SOL_SOCKET;
      control.header.cmsg_type = SCM_RIGHTS;
      control.header.cmsg_len = CMSG_LEN (sizeof fds);
      memcpy (CMSG_DATA (&control.header), fds, sizeof fds);
    }
  do
    sent = sendmsg (socket, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
  while (sent < 0 && errno == EINTR);
  return sent == (gssize) bytes;
}

/* Keeps two descriptors of a message, closes what is too many. */
static void
take_fds (struct msghdr *message, int fds[2])
{
  for (struct cmsghdr *header = CMSG_FIRSTHDR (message); header; header = CMSG_NXTHDR (message, header))
    {
      gsize n = header->cmsg_len >= CMSG_LEN (0) ? (header->cmsg_len - CMSG_LEN (0)) / sizeof (int) : 0;
      for (gsize i = 0; header->cmsg_level == SOL_SOCKET && header->cmsg_type == SCM_RIGHTS && i < n; i++)
        {
          int fd;
          memcpy (&fd, CMSG_DATA (header) + i * sizeof fd, sizeof fd);
          if (i < 2 && fds[i] < 0)
            fds[i] = fd;
          else
            close (fd);
        }
    }
}

static void
hand_over (int fd, int *out)
{
  if (out)
    *out = fd;
  else if (fd >= 0)
    close (fd);
}

gboolean
wh_opencl_wire_receive (int socket, void *packet, gsize bytes, int *out_input, int *out_output)
{
  union {
    struct cmsghdr header;
    char           bytes[CONTROL_BYTES];
  } control;
  struct iovec part = { packet, bytes };
  struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control };
  int fds[2] = { -1, -1 };
  gssize got;

  do
    got = recvmsg (socket, &message, MSG_CMSG_CLOEXEC);
  while (got < 0 && errno == EINTR);
  if (got > 0)
    take_fds (&message, fds);
  hand_over (fds[0], out_input);
  hand_over (fds[1], out_output);
  return got == (gssize) bytes && !(message.msg_flags & (MSG_TRUNC | MSG_CTRUNC));
}
