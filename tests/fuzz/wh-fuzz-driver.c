/* Drives an entry point where libFuzzer is not at hand: every file of the corpus, then changed ones, the same for the same seed.
 *   fuzz-NAME [-runs=N] [-max_total_time=SECONDS] [-seed=N] DIR|FILE…
 * The input that ends the process is left in crash-NAME in the working directory. An input of more than ten seconds ends it, too. */
#include <fcntl.h>
#include <gio/gio.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "wh-fuzz.h"

#define MOST_BYTES 16384
#define SLOWEST_SECONDS 10
#define REPORT_EVERY 65536

typedef struct {
  guint64    runs;
  guint64    seconds;    /* 0: no limit */
  guint64    state;      /* of the random numbers */
  GPtrArray *inputs;     /* of GBytes */
} Driver;

static guint8 current[MOST_BYTES];
static gsize current_length;
static char crash_path[256];

/* splitmix64 */
static guint64
next_number (Driver *driver)
{
  guint64 z = driver->state += 0x9e3779b97f4a7c15u;

  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}

static gsize
below (Driver *driver, gsize limit)
{
  return limit ? (gsize) (next_number (driver) % limit) : 0;
}

/* -- what ends the process ------------------------------------------------------------------------------------------- */

static void
keep_input (void)
{
  int fd = open (crash_path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

  if (fd >= 0 && write (fd, current, current_length) == (gssize) current_length)
    close (fd);
}

static void
end_cb (int number)
{
  keep_input ();
  signal (number, SIG_DFL);
  raise (number);
}

/* Of the sanitizers, where one is built in. */
void __sanitizer_set_death_callback (void (*callback) (void)) __attribute__ ((weak));

static void
watch_for_end (const char *program)
{
  static const int signals[] = { SIGABRT, SIGALRM, SIGTRAP };

  g_snprintf (crash_path, sizeof crash_path, "crash-%s", strrchr (program, '/') ? strrchr (program, '/') + 1 : program);
  for (guint i = 0; i < G_N_ELEMENTS (signals); i++)
    signal (signals[i], end_cb);
  if (__sanitizer_set_death_callback)
    __sanitizer_set_death_callback (keep_input);
  else
    signal (SIGSEGV, end_cb);
}

/* -- inputs ---------------------------------------------------------------------------------------------------------- */

static void
add_inputs (Driver *driver, const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;
  char *bytes;
  gsize length;

  while (dir && (name = g_dir_read_name (dir)))
    {
      g_autofree char *below_it = g_build_filename (path, name, NULL);
      add_inputs (driver, below_it);
    }
  if (!dir && g_file_get_contents (path, &bytes, &length, NULL))
    g_ptr_array_add (driver->inputs, g_bytes_new_take (bytes, MIN (length, MOST_BYTES)));
}

static void
take_input (const Driver *driver, gsize number)
{
  gconstpointer bytes = g_bytes_get_data (driver->inputs->pdata[number], &current_length);

  if (current_length)
    memcpy (current, bytes, current_length);
}

static void
remove_part (Driver *driver)
{
  gsize start = below (driver, current_length), length = below (driver, MIN (current_length - start, 64)) + 1;

  length = MIN (length, current_length - start);
  memmove (current + start, current + start + length, current_length - start - length);
  current_length -= length;
}

static void
insert (Driver *driver, const guint8 *bytes, gsize length)
{
  gsize place = below (driver, current_length + 1);

  length = MIN (length, MOST_BYTES - current_length);
  memmove (current + place + length, current + place, current_length - place);
  memcpy (current + place, bytes, length);
  current_length += length;
}

/* A part of another input, or of this one, once or many times. */
static void
insert_part (Driver *driver)
{
  gsize length;
  const guint8 *bytes = g_bytes_get_data (driver->inputs->pdata[below (driver, driver->inputs->len)], &length);
  gsize start = below (driver, length), times = below (driver, 8) ? 1 : below (driver, 40);
  guint8 part[256];

  length = below (driver, MIN (length - start, sizeof part - 1)) + 1;
  if (length > 0 && bytes)
    memcpy (part, bytes + start, length);
  for (gsize i = 0; bytes && i <= times; i++)
    insert (driver, part, length);
}

static void
insert_word (Driver *driver)
{
  static const char *const words[] = { "\r\n", "\n", "%00", "%ff", "\"", "\\u0000", "\\ud800", "1e999", "-1", "99999999999999999999", "NaN",
                                       "{", "}", "[", "]", ",", ":", "null", "\xff", "\xc3", "\xef\xbb\xbf", "//", "../", "?", "&", "=",
                                       "chunked", "Content-Length: ", "Transfer-Encoding: ", "\t", "<0.1", "ND", "0" };
  const char *word = words[below (driver, G_N_ELEMENTS (words))];

  insert (driver, (const guint8 *) word, strlen (word));
}

static void
change_byte (Driver *driver)
{
  gsize place = below (driver, current_length);

  if (below (driver, 2))
    current[place] ^= (guint8) (1u << below (driver, 8));
  else
    current[place] = (guint8) next_number (driver);
}

static void
change_input (Driver *driver)
{
  for (gsize i = below (driver, 6) + 1; i > 0; i--)
    switch (below (driver, 5))
      {
      case 0:
        if (current_length)
          remove_part (driver);
        break;
      case 1:
        insert_part (driver);
        break;
      case 2:
        insert_word (driver);
        break;
      default:
        if (current_length)
          change_byte (driver);
      }
}

/* -- driving --------------------------------------------------------------------------------------------------------- */

/* In memory of its own length, so that a sanitizer sees who reads beyond it. */
static void
run_current (void)
{
  g_autofree guint8 *copy = g_malloc (MAX (1, current_length));

  memcpy (copy, current, current_length);
  alarm (SLOWEST_SECONDS);
  LLVMFuzzerTestOneInput (copy, current_length);
  alarm (0);
}

static guint64
drive (Driver *driver)
{
  gint64 start = g_get_monotonic_time ();
  guint64 n;

  for (guint i = 0; i < driver->inputs->len; i++)
    {
      take_input (driver, i);
      run_current ();
    }
  for (n = 0; n < driver->runs; n++)
    {
      if (driver->seconds && (guint64) (g_get_monotonic_time () - start) >= driver->seconds * G_USEC_PER_SEC)
        break;
      take_input (driver, below (driver, driver->inputs->len));
      change_input (driver);
      run_current ();
      if (n % REPORT_EVERY == REPORT_EVERY - 1)
        printf ("%" G_GUINT64_FORMAT " inputs\n", n + 1);
    }
  return n;
}

static gboolean
take_number (const char *argument, const char *option, guint64 *out_number)
{
  return g_str_has_prefix (argument, option)
         && g_ascii_string_to_unsigned (argument + strlen (option), 10, 0, G_MAXUINT64, out_number, NULL);
}

int
main (int argc, char **argv)
{
  Driver driver = { .runs = G_MAXUINT64, .state = 1, .inputs = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref) };
  guint64 n;

  watch_for_end (argv[0]);
  for (int i = 1; i < argc; i++)
    if (!take_number (argv[i], "-runs=", &driver.runs) && !take_number (argv[i], "-max_total_time=", &driver.seconds)
        && !take_number (argv[i], "-seed=", &driver.state) && argv[i][0] != '-')
      add_inputs (&driver, argv[i]);
  if (driver.inputs->len == 0)
    g_ptr_array_add (driver.inputs, g_bytes_new_static ("", 0));
  n = drive (&driver);
  printf ("%u files and %" G_GUINT64_FORMAT " changed inputs: 0 crashes\n", driver.inputs->len, n);
  g_ptr_array_unref (driver.inputs);
  return 0;
}
