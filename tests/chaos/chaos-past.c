/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chaos-past.h"

#include "chaos-disk.h"

#include <glib/gstdio.h>
#include <json-glib/json-glib.h>
#include <string.h>

#define NUMBERS 0x9a57 /* drawn apart from what the lives draw */
#define RELEASES_MAX 3

typedef enum
{
  WAY_FOLDER, /* the mark knows better */
  WAY_DISK,   /* folder and mark: only the acquirer knows better */
  WAY_BACKUP,
  WAY_COUNT,
} Way;

/* All drawn from the world's seed. */
typedef struct
{
  Way way;
  guint keep, put_back, release; /* before which life */
} Plan;

static Plan
draw (const ChaosWorld *world, guint lives)
{
  const guint32 seeds[] = { world->seed, NUMBERS };
  g_autoptr (GRand) random = g_rand_new_with_seed_array (seeds, G_N_ELEMENTS (seeds));
  guint last = MAX (lives, 4) - 1;
  Plan plan;

  plan.way = (Way)g_rand_int_range (random, 0, WAY_COUNT);
  plan.keep = (guint)g_rand_int_range (random, 1, (gint32)last - 1);
  plan.put_back = (guint)g_rand_int_range (random, (gint32)plan.keep + 1, (gint32)last + 1);
  plan.release = plan.put_back + (guint)g_rand_int_range (random, 0, 3);
  return plan;
}

static char *
backup_of (const ChaosWorld *world)
{
  return g_strconcat (world->past, ".tillbackup", NULL);
}

static void
keep (ChaosWorld *world, Way way)
{
  g_autofree char *backup = backup_of (world);

  chaos_world_note (world, "a copy is made");
  world->kept = world->asked->len;
  if (way != WAY_BACKUP)
    chaos_disk_save (world->past, world->subject.shop, world->marks);
  else if (chaos_world_command (world, NULL, (const char *[]){ "backup", "create", backup, NULL })
           != 0)
    chaos_world_blame (world, "No backup could be made");
}

static void
put_back (ChaosWorld *world, Way way)
{
  static const char *const words[]
      = { "the folder is put back", "the disk is put back", "the backup is restored" };
  g_autofree char *shop = g_build_filename (world->past, "shop", NULL);
  g_autofree char *backup = backup_of (world);

  chaos_world_note (world, "%s", words[way]);
  for (guint i = world->kept; i < world->asked->len; i++)
    ((ChaosAsked *)world->asked->pdata[i])->forgotten = TRUE;
  world->tally.counts[CHAOS_PUT_BACKS]++;
  subject_remove_tree (world->state_of_copy);
  if (way == WAY_DISK)
    chaos_disk_restore (world->past, world->subject.shop, world->marks);
  else if (way == WAY_FOLDER)
    chaos_disk_copy (shop, world->subject.shop);
  else
    {
      subject_remove_tree (world->subject.shop);
      if (chaos_world_command (world, NULL, (const char *[]){ "backup", "restore", backup, NULL })
          != 0)
        chaos_world_blame (world, "The backup can't be restored");
    }
}

static void
release (ChaosWorld *world)
{
  chaos_world_calm (world);
  if (chaos_world_command (world, NULL, (const char *[]){ "queue", "release", NULL }) > 1)
    chaos_world_blame (world, "The queue can't be released");
}

void
chaos_past_turn (ChaosWorld *world, guint life, guint lives)
{
  Plan plan = draw (world, lives);

  if (life == plan.keep)
    keep (world, plan.way);
  if (life == plan.put_back)
    put_back (world, plan.way);
  if (life == plan.release)
    release (world);
}

/* ---- the end ---- */

static gboolean
is_charged (const ChaosWorld *world, const char *payment)
{
  Subject *subject = (Subject *)&world->subject;

  return subject_ledger_count (subject, "charge", payment)
             + subject_ledger_count (subject, "hold", payment)
             + subject_ledger_count (subject, "capture", payment)
             + subject_ledger_count (subject, "void", payment)
         > subject_ledger_count (subject, "reversal", payment);
}

/* As somebody does who has asked the acquirer. */
static void
resolve (ChaosWorld *world, JsonObject *record)
{
  const char *payment = json_object_get_string_member_with_default (record, "payment", "");
  g_autofree char *id
      = g_strdup_printf ("%" G_GINT64_FORMAT, json_object_get_int_member (record, "id"));
  const char *answer = is_charged (world, payment) ? "--charged" : "--reverse";

  if (chaos_world_command (world, NULL, (const char *[]){ "queue", "resolve", id, answer, NULL })
      != 0)
    chaos_world_blame (world, "Record %s can't be resolved as %s", id, answer);
}

void
chaos_past_resolve (ChaosWorld *world)
{
  g_autofree char *printed = NULL;
  g_autoptr (JsonNode) node = NULL;
  JsonArray *records;

  if (chaos_world_command (world, &printed, (const char *[]){ "queue", "list", "--json", NULL })
      != 0)
    return;
  node = json_from_string (printed, NULL);
  records = node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
  for (guint i = 0; records != NULL && i < json_array_get_length (records); i++)
    {
      JsonObject *record = json_array_get_object_element (records, i);

      if (g_str_equal (json_object_get_string_member_with_default (record, "reason", ""),
                       "outcome-missing"))
        resolve (world, record);
    }
}

void
chaos_past_end (ChaosWorld *world)
{
  for (guint i = 0; i < RELEASES_MAX; i++)
    {
      release (world);
      if (chaos_world_command (world, NULL, (const char *[]){ "queue", "send", NULL }) == 0)
        break;
    }
  chaos_past_resolve (world);
}
