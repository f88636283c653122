/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "till-people.h"

#include "shop-pin.h"
#include "till-station-private.h"
#include "vault-journal.h"

#include <string.h>

typedef struct
{
  CheckoutShop *shop;
  guint number;
  BaseSecret *pin, *new_pin, *badge;
  gboolean approves, idle;
  ShopRight right;
  char *about, *name;
  TillPersonWish wish;
  TillSigned result;
} Job;

static void
job_free (gpointer data)
{
  Job *job = data;

  base_secret_free (job->pin);
  base_secret_free (job->new_pin);
  base_secret_free (job->badge);
  g_free (job->about);
  g_free (job->name);
  g_free (job);
}

static BaseSecret *
keep (const char *text)
{
  return text != NULL && *text != '\0' ? base_secret_new_from (BASE_SPAN (text, strlen (text)))
                                       : NULL;
}

static BaseSpan
span_of (const BaseSecret *secret)
{
  return secret != NULL ? base_secret_span (secret) : BASE_SPAN (NULL, 0);
}

static void
push (TillStation *station,
      Job *job,
      BaseWorkerJob work,
      GAsyncReadyCallback callback,
      gpointer data)
{
  GTask *task = g_task_new (station, /* cancellable= */ NULL, callback, data);

  job->shop = till_station_shop (station);
  g_task_set_task_data (task, job, job_free);
  till_station_push (station, TILL_WORKER_STORE, task, work);
}

static void
notify (TillStation *station)
{
  till_station_notify (station, TILL_STATION_PROP_CASHIER);
  till_station_notify (station, TILL_STATION_PROP_CASHIER_NAME);
  till_station_notify (station, TILL_STATION_PROP_STAFFED);
  till_station_notify (station, TILL_STATION_PROP_LOCKED);
}

/* ---- what may be done ---- */

gboolean
till_people_is_locked (TillStation *station)
{
  CheckoutShop *shop = till_station_shop (station);

  return shop != NULL && checkout_people_is_staffed (shop->people)
         && checkout_people_who (shop->people) == NULL
         && checkout_people_may (shop->people, SHOP_RIGHT_SELL) == SHOP_MAY_NOT;
}

ShopMay
till_people_may (TillStation *station, ShopRight right)
{
  CheckoutShop *shop = till_station_shop (station);

  return shop != NULL ? checkout_people_may (shop->people, right) : SHOP_MAY_NOT;
}

guint
till_people_idle_s (TillStation *station)
{
  CheckoutShop *shop = till_station_shop (station);

  return shop != NULL && checkout_people_is_staffed (shop->people) ? shop->idle_s : 0;
}

/* ---- signing in, approving ---- */

static void
sign_job (GTask *task, gpointer data)
{
  static const TillSign signs[] = {
    [CHECKOUT_SIGN_GOOD] = TILL_SIGN_GOOD,       [CHECKOUT_SIGN_WRONG] = TILL_SIGN_WRONG,
    [CHECKOUT_SIGN_WAIT] = TILL_SIGN_WAIT,       [CHECKOUT_SIGN_LOCKED] = TILL_SIGN_LOCKED,
    [CHECKOUT_SIGN_RENEW] = TILL_SIGN_RENEW,     [CHECKOUT_SIGN_REFUSED] = TILL_SIGN_REFUSED,
    [CHECKOUT_SIGN_MAY_NOT] = TILL_SIGN_MAY_NOT,
  };
  Job *job = data;
  CheckoutPeopleProof proof
      = { .number = job->number, .pin = span_of (job->pin), .new_pin = span_of (job->new_pin) };
  CheckoutSign sign = CHECKOUT_SIGN_WRONG;
  GError *error = NULL;
  gboolean done = job->approves
                      ? checkout_people_approve (job->shop->people, &proof, job->right, job->about,
                                                 &sign, &error)
                      : checkout_people_sign_in (job->shop->people, &proof, &sign, &error);

  job->result = (TillSigned){ signs[sign], proof.wait_s, proof.why, proof.found };
  if (done)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, till_error_take (error));
}

void
till_people_sign_in_async (TillStation *station,
                           guint number,
                           const char *pin,
                           const char *new_pin,
                           GAsyncReadyCallback callback,
                           gpointer data)
{
  Job *job = g_new0 (Job, 1);

  job->number = number;
  job->pin = keep (pin);
  job->new_pin = keep (new_pin);
  push (station, job, sign_job, callback, data);
}

void
till_people_approve_async (TillStation *station,
                           ShopRight right,
                           const char *about,
                           guint number,
                           const char *pin,
                           GAsyncReadyCallback callback,
                           gpointer data)
{
  Job *job = g_new0 (Job, 1);

  job->number = number;
  job->pin = keep (pin);
  job->approves = TRUE;
  job->right = right;
  job->about = g_strdup (about);
  push (station, job, sign_job, callback, data);
}

gboolean
till_people_sign_finish (TillStation *station,
                         GAsyncResult *result,
                         TillSigned *out_signed,
                         GError **error)
{
  const Job *job = g_task_get_task_data (G_TASK (result));

  *out_signed = job->result;
  notify (station);
  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
sign_out_job (GTask *task, gpointer data)
{
  const Job *job = data;
  g_autoptr (GError) error = NULL;

  if (!vault_journal_add (job->shop->vault, job->about, "sign-out", job->idle ? "idle" : "",
                          &error))
    g_debug ("Signing out isn't in the journal: %s", error->message);
  g_task_return_boolean (task, TRUE);
}

void
till_people_sign_out (TillStation *station, gboolean idle)
{
  CheckoutShop *shop = till_station_shop (station);
  const char *who = shop != NULL ? checkout_people_leave (shop->people) : NULL;
  Job *job;

  if (who == NULL)
    return;
  job = g_new0 (Job, 1);
  job->about = g_strdup (who);
  job->idle = idle;
  push (station, job, sign_out_job, /* callback= */ NULL, /* data= */ NULL);
  notify (station);
}

/* ---- the list ---- */

void
till_people_free_person (TillPerson *self)
{
  if (self == NULL)
    return;
  g_free (self->name);
  g_free (self);
}

static TillPerson *
person_of (const VaultPerson *from)
{
  TillPerson *person = g_new0 (TillPerson, 1);

  person->number = from->number;
  person->role = from->role;
  person->name = g_strdup (from->name);
  person->has_pin = from->pin != NULL;
  person->has_badge = from->badge != NULL;
  person->days = checkout_people_pin_days (from);
  person->renews = from->pin != NULL && person->days == 0;
  person->locked = from->wrong >= SHOP_PIN_TRIES_MAX;
  person->has_left = from->has_left;
  return person;
}

static void
list_job (GTask *task, gpointer data)
{
  const Job *job = data;
  GError *error = NULL;
  g_autoptr (GPtrArray) people = checkout_people_list (job->shop->people, &error);
  GPtrArray *list;

  if (people == NULL)
    {
      g_task_return_error (task, till_error_take (error));
      return;
    }
  list = g_ptr_array_new_with_free_func ((GDestroyNotify)till_people_free_person);
  for (guint left = 0; left < 2; left++)
    for (guint i = 0; i < people->len; i++)
      if (((const VaultPerson *)people->pdata[i])->has_left == (gboolean)left)
        g_ptr_array_add (list, person_of (people->pdata[i]));
  g_task_return_pointer (task, list, (GDestroyNotify)g_ptr_array_unref);
}

void
till_people_list_async (TillStation *station, GAsyncReadyCallback callback, gpointer data)
{
  push (station, g_new0 (Job, 1), list_job, callback, data);
}

GPtrArray *
till_people_list_finish (TillStation *station, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
change_job (GTask *task, gpointer data)
{
  Job *job = data;
  CheckoutPerson person = { .number = job->wish.number,
                            .name = job->name,
                            .role = job->wish.role,
                            .pin = span_of (job->pin),
                            .badge = span_of (job->badge),
                            .unlock = job->wish.unlock,
                            .leaves = job->wish.leaves };
  GError *error = NULL;

  /* The first is whoever stands there; later ones are entered by somebody else. */
  person.own = !checkout_people_is_staffed (job->shop->people);
  if (checkout_people_change (job->shop->people, &person, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, till_error_take (error));
}

void
till_people_change_async (TillStation *station,
                          const TillPersonWish *wish,
                          GAsyncReadyCallback callback,
                          gpointer data)
{
  Job *job = g_new0 (Job, 1);

  job->wish = *wish;
  job->name = g_strdup (wish->name);
  job->pin = keep (wish->pin);
  job->badge = keep (wish->badge);
  push (station, job, change_job, callback, data);
}

gboolean
till_people_change_finish (TillStation *station, GAsyncResult *result, GError **error)
{
  notify (station);
  return g_task_propagate_boolean (G_TASK (result), error);
}
