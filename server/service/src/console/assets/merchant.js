// The merchant's page: each section by itself, and all anew where something has changed.

import { isKnown, onNewToken } from "./account.js";
import { showConsents } from "./consents.js";
import { openConversation } from "./conversation.js";
import { showKept } from "./kept.js";
import { complain } from "./page.js";
import { showQuota } from "./quota.js";
import { showTasks } from "./tasks.js";
import { showUploads } from "./uploads.js";

async function refresh() {
  try {
    await Promise.all([showQuota().then(showTasks), showKept(refresh), showConsents(refresh)]);
    complain(null);
  } catch (error) {
    complain(error);
  }
}

async function begin() {
  if (!isKnown()) {
    complain({ code: "token_missing" });
    return;
  }
  openConversation();
  await refresh();
  await showUploads(refresh).catch(complain);
}

onNewToken(() => location.reload());
begin();
