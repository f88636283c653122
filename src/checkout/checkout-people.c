/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "checkout-people.h"

#include "till-error.h"

#include "crypto-digest.h"
#include "crypto-password.h"
#include "crypto-random.h"
#include "shop-pin.h"
#include "vault-journal.h"

#include <glib/gi18n.h>
#include <string.h>

#define SETTING_OPERATOR "shop.operator"
#define SETTING_IDLE "shop.lock-after-s"
#define SETTING_DISCOUNT "shop.discount-limit-bp"
#define DAY_US (24 * G_TIME_SPAN_HOUR)
#define DETAIL_MAX 200
#define BADGE_LABEL "badge"

struct _CheckoutPeople
{
  Vault *vault;
  gboolean signs_in;

  GMutex mutex; /* what lies below is read from any thread */
  gboolean staffed;
  const char *who; /* NULL: nobody */
  char *name;
  ShopRole role;
  ShopRight approved;
  gint64 approved_until_us; /* of the monotonic clock; 0: nothing is */

  guint strangers;           /* badges in a row that are nobody's; one call at a time */
  gint64 strangers_until_us; /* of the monotonic clock: no badge before */
};

/* ---- who it is ---- */

static const char *
who_of (guint number)
{
  char text[8];

  g_snprintf (text, sizeof text, "%03u", number);
  return g_intern_string (text);
}

static gboolean
can_sign_in (const VaultPerson *person)
{
  return !person->has_left && (person->pin != NULL || person->badge != NULL);
}

/* With the mutex held. */
static void
set_person (CheckoutPeople *self, const VaultPerson *person)
{
  g_free (self->name);
  self->who = person != NULL ? who_of (person->number) : NULL;
  self->name = person != NULL ? g_strdup (person->name) : NULL;
  self->role = person != NULL ? person->role : SHOP_ROLE_CASHIER;
  self->approved_until_us = 0;
}

/* What the list says now of whoever is signed in: another role counts at once. */
static void
look (CheckoutPeople *self, const GPtrArray *people)
{
  const VaultPerson *present = NULL;

  g_mutex_lock (&self->mutex);
  self->staffed = FALSE;
  for (guint i = 0; i < people->len; i++)
    {
      const VaultPerson *person = people->pdata[i];

      self->staffed = self->staffed || can_sign_in (person);
      if (!person->has_left && self->who == who_of (person->number))
        present = person;
    }
  if (present == NULL)
    set_person (self, NULL);
  else
    self->role = present->role;
  g_mutex_unlock (&self->mutex);
}

static void
enter (CheckoutPeople *self, const VaultPerson *person)
{
  g_mutex_lock (&self->mutex);
  set_person (self, person);
  g_mutex_unlock (&self->mutex);
}

CheckoutPeople *
checkout_people_open (Vault *vault, gboolean signs_in, GError **error)
{
  g_autoptr (CheckoutPeople) self = g_new0 (CheckoutPeople, 1);
  g_autoptr (GError) doubt = NULL;
  g_autoptr (GPtrArray) people = NULL;
  VaultPerson *acting;

  g_mutex_init (&self->mutex);
  self->vault = vault;
  self->signs_in = signs_in;
  people = vault_people_load (vault, &doubt);
  if (people == NULL && !g_error_matches (doubt, VAULT_ERROR, VAULT_ERROR_CHANGED))
    {
      g_propagate_error (error, g_steal_pointer (&doubt));
      return NULL;
    }
  if (people == NULL)
    {
      self->staffed = TRUE;
      return g_steal_pointer (&self);
    }
  look (self, people);
  acting = vault_people_find (people, checkout_people_operator (self));
  if (!signs_in && acting != NULL && !acting->has_left)
    enter (self, acting);
  return g_steal_pointer (&self);
}

void
checkout_people_free (CheckoutPeople *self)
{
  if (self == NULL)
    return;
  g_mutex_clear (&self->mutex);
  g_free (self->name);
  g_free (self);
}

gboolean
checkout_people_is_staffed (CheckoutPeople *self)
{
  gboolean staffed;

  g_mutex_lock (&self->mutex);
  staffed = self->staffed;
  g_mutex_unlock (&self->mutex);
  return staffed;
}

const char *
checkout_people_who (CheckoutPeople *self)
{
  const char *who;

  g_mutex_lock (&self->mutex);
  who = self->who;
  g_mutex_unlock (&self->mutex);
  return who;
}

char *
checkout_people_name (CheckoutPeople *self)
{
  char *name;

  g_mutex_lock (&self->mutex);
  name = g_strdup (self->name);
  g_mutex_unlock (&self->mutex);
  return name;
}

/* ---- what may be done ---- */

/* With the mutex held: of itself. */
static ShopMay
own_right (const CheckoutPeople *self, ShopRight right)
{
  if (self->who != NULL)
    return shop_rights_of (self->role, right);
  return self->signs_in && self->staffed ? SHOP_MAY_NOT : SHOP_MAY;
}

/* With the mutex held. */
static gboolean
is_approved (const CheckoutPeople *self, ShopRight right)
{
  return self->approved == right && g_get_monotonic_time () < self->approved_until_us;
}

ShopMay
checkout_people_may (CheckoutPeople *self, ShopRight right)
{
  ShopMay answer;

  g_mutex_lock (&self->mutex);
  answer = own_right (self, right);
  if (answer == SHOP_MAY_ASK && is_approved (self, right))
    answer = SHOP_MAY;
  g_mutex_unlock (&self->mutex);
  return answer;
}

gboolean
checkout_people_take (CheckoutPeople *self, ShopRight right, GError **error)
{
  gboolean given, somebody;

  g_mutex_lock (&self->mutex);
  given = own_right (self, right) == SHOP_MAY;
  if (!given && own_right (self, right) == SHOP_MAY_ASK && is_approved (self, right))
    {
      given = TRUE;
      self->approved_until_us = 0;
    }
  somebody = self->who != NULL;
  g_mutex_unlock (&self->mutex);
  if (!given && somebody)
    g_set_error (error, TILL_ERROR, TILL_ERROR_RIGHT,
                 _ ("“%s” is not among the rights of who works here: have somebody who may approve "
                    "it"),
                 gettext (shop_rights_words (right)));
  else if (!given)
    g_set_error_literal (error, TILL_ERROR, TILL_ERROR_RIGHT,
                         _ ("Nobody is signed in at this till: sign in first"));
  return given;
}

/* ---- proofs ---- */

/* Yours. */
static char *
hash_pin (BaseSpan pin)
{
  g_autoptr (BaseSecret) key = base_secret_new (CRYPTO_KEY_SIZE);

  crypto_random_bytes (base_secret_bytes (key), CRYPTO_KEY_SIZE);
  return crypto_password_wrap (key, pin);
}

static gboolean
opens (const char *hashed, BaseSpan pin)
{
  g_autoptr (BaseSecret) key
      = hashed != NULL && pin.size > 0 ? crypto_password_unwrap (hashed, pin, NULL) : NULL;

  return key != NULL;
}

/* Yours. */
static char *
hash_badge (guint number, BaseSpan code)
{
  g_autofree char *key = g_strdup_printf (BADGE_LABEL "%03u", number);
  g_autoptr (CryptoHmac) hmac = crypto_hmac_new (BASE_SPAN_STR (key));
  guint8 digest[CRYPTO_DIGEST_SIZE];

  crypto_hmac_compute (hmac, &code, 1, digest);
  return base_bytes_to_hex (BASE_SPAN (digest, sizeof digest));
}

static VaultPerson *
find_badge (const GPtrArray *people, BaseSpan code)
{
  for (guint i = 0; i < people->len; i++)
    {
      VaultPerson *person = people->pdata[i];
      g_autofree char *digest = hash_badge (person->number, code);

      if (!person->has_left && g_strcmp0 (person->badge, digest) == 0)
        return person;
    }
  return NULL;
}

static gboolean save (CheckoutPeople *self,
                      const GPtrArray *people,
                      const char *who,
                      const char *act,
                      GError **error,
                      const char *format,
                      ...) G_GNUC_PRINTF (6, 7);

static gboolean
save (CheckoutPeople *self,
      const GPtrArray *people,
      const char *who,
      const char *act,
      GError **error,
      const char *format,
      ...)
{
  g_autofree char *detail = NULL;
  va_list values;

  va_start (values, format);
  detail = g_strdup_vprintf (format, values);
  va_end (values);
  return vault_people_save (self->vault, people, who, act, detail, error);
}

/* A clock that was set back keeps nobody out for longer than the longest wait. */
static guint
wait_left_s (const VaultPerson *person, gint64 now_us)
{
  gint64 longest_us = (gint64)shop_pin_wait_s (SHOP_PIN_TRIES_MAX) * G_USEC_PER_SEC, left_us = 0;

  if (person->wait_us > now_us)
    left_us = MIN (person->wait_us - now_us, longest_us);
  return (guint)((left_us + G_USEC_PER_SEC - 1) / G_USEC_PER_SEC);
}

/* The PIN of `person`: counted as wrong in a commit of its own, then tried. */
static gboolean
prove_pin (CheckoutPeople *self,
           const GPtrArray *people,
           VaultPerson *person,
           CheckoutPeopleProof *proof,
           CheckoutSign *out_sign,
           GError **error)
{
  gint64 now_us = g_get_real_time ();

  *out_sign = CHECKOUT_SIGN_LOCKED;
  if (person->wrong >= SHOP_PIN_TRIES_MAX)
    return TRUE;
  *out_sign = CHECKOUT_SIGN_WAIT;
  proof->wait_s = wait_left_s (person, now_us);
  if (proof->wait_s > 0)
    return TRUE;
  person->wrong++;
  person->wait_us = now_us + (gint64)shop_pin_wait_s (person->wrong) * G_USEC_PER_SEC;
  if (!save (self, people, who_of (person->number), "pin-try", error, "wrong=%u", person->wrong))
    return FALSE;
  *out_sign = CHECKOUT_SIGN_WRONG;
  if (!opens (person->pin, proof->pin))
    {
      proof->wait_s = shop_pin_wait_s (person->wrong);
      return TRUE;
    }
  person->wrong = 0;
  person->wait_us = 0;
  *out_sign = CHECKOUT_SIGN_GOOD;
  return TRUE;
}

/* Whoever tries one code after another waits as with PINs, until somebody's badge comes. */
static void
count_stranger (CheckoutPeople *self, gboolean stranger, CheckoutPeopleProof *proof)
{
  self->strangers = stranger ? self->strangers + 1 : 0;
  proof->wait_s = shop_pin_wait_s (self->strangers);
  self->strangers_until_us = g_get_monotonic_time () + (gint64)proof->wait_s * G_USEC_PER_SEC;
}

static gboolean
badge_waits (const CheckoutPeople *self, CheckoutPeopleProof *proof, CheckoutSign *out_sign)
{
  gint64 left_us = self->strangers_until_us - g_get_monotonic_time ();

  if (self->strangers < SHOP_PIN_FREE_TRIES || left_us <= 0)
    return FALSE;
  proof->wait_s = (guint)((left_us + G_USEC_PER_SEC - 1) / G_USEC_PER_SEC);
  *out_sign = CHECKOUT_SIGN_WAIT;
  return TRUE;
}

/* *out_people: as they are after it, to be saved; *out_person: who it was, NULL unless GOOD. */
static gboolean
prove (CheckoutPeople *self,
       CheckoutPeopleProof *proof,
       GPtrArray **out_people,
       VaultPerson **out_person,
       CheckoutSign *out_sign,
       GError **error)
{
  g_autoptr (GPtrArray) people = vault_people_load (self->vault, error);
  VaultPerson *person;

  *out_person = NULL;
  *out_sign = CHECKOUT_SIGN_WRONG;
  if (people == NULL)
    return FALSE;
  if (proof->number == 0 && badge_waits (self, proof, out_sign))
    {
      *out_people = g_steal_pointer (&people);
      return TRUE;
    }
  person = proof->number != 0 ? vault_people_find (people, proof->number)
                              : find_badge (people, proof->pin);
  if (proof->number == 0)
    count_stranger (self, person == NULL, proof);
  if (person == NULL && proof->number == 0)
    {
      *out_people = g_steal_pointer (&people);
      return vault_journal_add (self->vault, "till", "badge-unknown", "", error);
    }
  if (person != NULL && !person->has_left && proof->number != 0 && person->pin != NULL)
    {
      if (!prove_pin (self, people, person, proof, out_sign, error))
        return FALSE;
    }
  else if (person != NULL && proof->number == 0)
    *out_sign = person->wrong >= SHOP_PIN_TRIES_MAX ? CHECKOUT_SIGN_LOCKED : CHECKOUT_SIGN_GOOD;
  if (*out_sign == CHECKOUT_SIGN_GOOD)
    {
      *out_person = person;
      proof->found = person->number;
    }
  *out_people = g_steal_pointer (&people);
  return TRUE;
}

guint
checkout_people_pin_days (const VaultPerson *person)
{
  gint64 left_us = person->pin_us + SHOP_PIN_DAYS * DAY_US - g_get_real_time ();

  if (person->pin == NULL || person->renew || left_us <= 0)
    return 0;
  return (guint)((left_us + DAY_US - 1) / DAY_US);
}

/* NULL: it may be this one. */
static const char *
refuse_pin (const VaultPerson *person, BaseSpan pin, gboolean first)
{
  char *text = g_strndup ((const char *)pin.data, pin.size);
  const char *why = first ? shop_pin_refuse_first (text) : shop_pin_refuse (text, person->number);

  base_secret_free_text (text);
  if (why == NULL && opens (person->pin, pin))
    why = _ ("That is the PIN that was used until now: take another one.");
  return why;
}

static void
set_pin (VaultPerson *person, BaseSpan pin, gboolean renew)
{
  g_free (person->pin);
  person->pin = hash_pin (pin);
  person->pin_us = g_get_real_time ();
  person->renew = renew;
  person->wrong = 0;
  person->wait_us = 0;
}

/* ---- signing in, approving ---- */

static gboolean
welcome (CheckoutPeople *self,
         const GPtrArray *people,
         VaultPerson *person,
         CheckoutPeopleProof *proof,
         CheckoutSign *out_sign,
         GError **error)
{
  gboolean by_badge = proof->number == 0, due = !by_badge && checkout_people_pin_days (person) == 0;
  const char *who = who_of (person->number);

  if (due && proof->new_pin.size == 0)
    *out_sign = CHECKOUT_SIGN_RENEW;
  else if (due)
    {
      proof->why = refuse_pin (person, proof->new_pin, FALSE);
      *out_sign = proof->why != NULL ? CHECKOUT_SIGN_REFUSED : CHECKOUT_SIGN_GOOD;
    }
  if (*out_sign != CHECKOUT_SIGN_GOOD)
    return save (self, people, who, "pin-due", error, "-");
  if (due)
    set_pin (person, proof->new_pin, FALSE);
  if (!save (self, people, who, "sign-in", error, "by=%s%s", by_badge ? "badge" : "pin",
             due ? " changed" : ""))
    return FALSE;
  enter (self, person);
  return TRUE;
}

gboolean
checkout_people_sign_in (CheckoutPeople *self,
                         CheckoutPeopleProof *proof,
                         CheckoutSign *out_sign,
                         GError **error)
{
  g_autoptr (GPtrArray) people = NULL;
  VaultPerson *person;

  if (!prove (self, proof, &people, &person, out_sign, error))
    return FALSE;
  return person == NULL || welcome (self, people, person, proof, out_sign, error);
}

const char *
checkout_people_leave (CheckoutPeople *self)
{
  const char *who;

  g_mutex_lock (&self->mutex);
  who = self->who;
  set_person (self, NULL);
  g_mutex_unlock (&self->mutex);
  return who;
}

gboolean
checkout_people_approve (CheckoutPeople *self,
                         CheckoutPeopleProof *proof,
                         ShopRight right,
                         const char *about,
                         CheckoutSign *out_sign,
                         GError **error)
{
  g_autoptr (GPtrArray) people = NULL;
  const char *cashier = checkout_people_who (self);
  gboolean given;
  VaultPerson *person;

  if (!prove (self, proof, &people, &person, out_sign, error))
    return FALSE;
  if (person == NULL)
    return TRUE;
  given = shop_rights_of (person->role, right) == SHOP_MAY;
  if (!given)
    *out_sign = CHECKOUT_SIGN_MAY_NOT;
  else if (person->renew && proof->number != 0)
    *out_sign = CHECKOUT_SIGN_RENEW;
  given = *out_sign == CHECKOUT_SIGN_GOOD;
  if (!save (self, people, who_of (person->number), given ? "approve" : "approve-refused", error,
             "right=%s for=%s about=%.*s", shop_rights_name (right),
             cashier != NULL ? cashier : "till", DETAIL_MAX, about))
    return FALSE;
  if (!given)
    return TRUE;
  g_mutex_lock (&self->mutex);
  self->approved = right;
  self->approved_until_us
      = g_get_monotonic_time () + CHECKOUT_PEOPLE_APPROVAL_S * (gint64)G_USEC_PER_SEC;
  g_mutex_unlock (&self->mutex);
  return TRUE;
}

/* ---- the list ---- */

GPtrArray *
checkout_people_list (CheckoutPeople *self, GError **error)
{
  return vault_people_load (self->vault, error);
}

static gboolean
refuse (GError **error, const char *sentence)
{
  g_set_error_literal (error, TILL_ERROR, TILL_ERROR_STATE, sentence);
  return FALSE;
}

static gboolean
has_manager (const GPtrArray *people)
{
  for (guint i = 0; i < people->len; i++)
    {
      const VaultPerson *person = people->pdata[i];

      if (person->role == SHOP_ROLE_MANAGER && can_sign_in (person))
        return TRUE;
    }
  return FALSE;
}

static gboolean
is_name (const char *name)
{
  return *name != '\0' && strlen (name) <= VAULT_PERSON_NAME_MAX && g_utf8_validate (name, -1, NULL)
         && strpbrk (name, "\r\n\t\\") == NULL;
}

/* A new one with the next number; it is in `people`. NULL with an error: there is no more room. */
static VaultPerson *
add_person (GPtrArray *people, CheckoutPerson *wish, GError **error)
{
  const VaultPerson *last = people->len > 0 ? people->pdata[people->len - 1] : NULL;
  guint number = last != NULL ? last->number + 1 : 1;
  VaultPerson *person;

  if (people->len >= VAULT_PEOPLE_MAX || number > VAULT_PERSON_NUMBER_MAX)
    {
      refuse (error, _ ("There is no room for more people at this till"));
      return NULL;
    }
  if (wish->name == NULL || wish->role < 0 || (wish->pin.size == 0 && wish->badge.size == 0))
    {
      refuse (error, _ ("A new person needs a name, a role and a PIN"));
      return NULL;
    }
  person = vault_person_new (number, (ShopRole)wish->role, wish->name);
  g_ptr_array_add (people, person);
  wish->number = number;
  return person;
}

static gboolean
set_badge (const GPtrArray *people, VaultPerson *person, BaseSpan code, GError **error)
{
  const VaultPerson *other = find_badge (people, code);

  if (code.size < CHECKOUT_PEOPLE_BADGE_MIN || code.size > CHECKOUT_PEOPLE_BADGE_MAX)
    return refuse (error, _ ("A badge's code has 8 to 64 characters: print a longer one"));
  if (other != NULL && other != person)
    return refuse (error, _ ("Somebody else has this badge: take another one"));
  g_free (person->badge);
  person->badge = hash_badge (person->number, code);
  return TRUE;
}

static gboolean
apply (const GPtrArray *people, VaultPerson *person, const CheckoutPerson *wish, GError **error)
{
  const char *why = wish->pin.size > 0 ? refuse_pin (person, wish->pin, !wish->own) : NULL;

  if (wish->name != NULL && !is_name (wish->name))
    return refuse (error, _ ("A name has 1 to 96 bytes, in one line: shorten it"));
  if (why != NULL)
    return refuse (error, why);
  if (wish->badge.size > 0 && !set_badge (people, person, wish->badge, error))
    return FALSE;
  if (wish->name != NULL)
    {
      g_free (person->name);
      person->name = g_strdup (wish->name);
    }
  if (wish->role >= 0)
    person->role = (ShopRole)wish->role;
  if (wish->pin.size > 0)
    set_pin (person, wish->pin, !wish->own);
  if (wish->unlock)
    {
      person->wrong = 0;
      person->wait_us = 0;
    }
  if (wish->leaves)
    {
      person->has_left = TRUE;
      g_clear_pointer (&person->pin, g_free);
      g_clear_pointer (&person->badge, g_free);
    }
  if (!has_manager (people))
    return refuse (error, _ ("Somebody has to stay a manager with a PIN: make that person first"));
  return TRUE;
}

/* What the journal says was changed; names and PINs are not in it. */
static char *
describe (const VaultPerson *person, const CheckoutPerson *wish)
{
  return g_strdup_printf ("person=%s role=%s%s%s%s%s%s", who_of (person->number),
                          shop_rights_role_name (person->role), wish->name != NULL ? " name" : "",
                          wish->pin.size > 0 ? " pin" : "", wish->badge.size > 0 ? " badge" : "",
                          wish->unlock ? " unlocked" : "", wish->leaves ? " left" : "");
}

static const char *
actor (CheckoutPeople *self)
{
  const char *who = checkout_people_who (self);

  return who != NULL ? who : "till";
}

gboolean
checkout_people_change (CheckoutPeople *self, CheckoutPerson *wish, GError **error)
{
  g_autoptr (GPtrArray) people = NULL;
  g_autofree char *detail = NULL;
  VaultPerson *person;

  if (!checkout_people_take (self, SHOP_RIGHT_PEOPLE, error))
    return FALSE;
  people = vault_people_load (self->vault, error);
  if (people == NULL)
    return FALSE;
  person = wish->number == 0 ? add_person (people, wish, error)
                             : vault_people_find (people, wish->number);
  if (person == NULL)
    return wish->number == 0
               ? FALSE
               : refuse (error, _ ("Nobody at this till has that number: look at the list"));
  if (person->has_left)
    return refuse (error, _ ("That person has left: add them anew, with another number"));
  if (!apply (people, person, wish, error))
    return FALSE;
  detail = describe (person, wish);
  if (!vault_people_save (self->vault, people, actor (self), "people", detail, error))
    return FALSE;
  look (self, people);
  return TRUE;
}

gboolean
checkout_people_found (Vault *vault, const char *name, BaseSpan pin, GError **error)
{
  g_autoptr (CheckoutPeople) self = checkout_people_open (vault, /* signs_in= */ FALSE, error);
  CheckoutPerson manager = { .name = name, .role = SHOP_ROLE_MANAGER, .pin = pin };

  return self != NULL && checkout_people_change (self, &manager, error);
}

/* A number that the shop sets, in one commit with what the journal says of it. */
static gboolean
keep_number (CheckoutPeople *self,
             const char *name,
             guint number,
             const char *act,
             const char *detail,
             GError **error)
{
  g_autofree char *text = g_strdup_printf ("%u", number);
  const VaultSetting setting = { name, BASE_SPAN_STR (text) };

  return vault_setting_set_noted (self->vault, &setting, 1, actor (self), act, detail, error);
}

gboolean
checkout_people_set_operator (CheckoutPeople *self, guint number, GError **error)
{
  g_autoptr (GPtrArray) people = vault_people_load (self->vault, error);
  const VaultPerson *person = people != NULL ? vault_people_find (people, number) : NULL;

  if (people == NULL)
    return FALSE;
  if (number != 0 && (person == NULL || person->has_left))
    return refuse (error, _ ("Nobody at this till has that number: look at the list"));
  return keep_number (self, SETTING_OPERATOR, number, "operator",
                      number != 0 ? who_of (number) : "none", error);
}

guint
checkout_people_operator (CheckoutPeople *self)
{
  return (guint)vault_setting_number (self->vault, SETTING_OPERATOR, 0);
}

guint
checkout_people_idle_s (CheckoutPeople *self)
{
  return (guint)vault_setting_number (self->vault, SETTING_IDLE, CHECKOUT_PEOPLE_IDLE_S);
}

gboolean
checkout_people_set_idle_s (CheckoutPeople *self, guint seconds, GError **error)
{
  g_autofree char *detail = g_strdup_printf ("%u s", seconds);

  if (seconds != 0
      && (seconds < CHECKOUT_PEOPLE_IDLE_MIN_S || seconds > CHECKOUT_PEOPLE_IDLE_MAX_S))
    return refuse (error, _ ("A till is locked after 5 seconds to 24 hours: say another time"));
  return keep_number (self, SETTING_IDLE, seconds, "lock-after", detail, error);
}

guint
checkout_people_discount_bp (CheckoutPeople *self)
{
  return (guint)vault_setting_number (self->vault, SETTING_DISCOUNT, CHECKOUT_PEOPLE_DISCOUNT_BP);
}

gboolean
checkout_people_set_discount_bp (CheckoutPeople *self, guint bp, GError **error)
{
  g_autofree char *detail = g_strdup_printf ("%u of 10000", bp);

  return keep_number (self, SETTING_DISCOUNT, bp, "discount-limit", detail, error);
}

gboolean
checkout_people_accept (CheckoutPeople *self, GError **error)
{
  g_autoptr (GPtrArray) people = vault_people_load_any (self->vault, error);

  if (people == NULL
      || !vault_people_save (self->vault, people, actor (self), "people", "accepted", error))
    return FALSE;
  look (self, people);
  return TRUE;
}
