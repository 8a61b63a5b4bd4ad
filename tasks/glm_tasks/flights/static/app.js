// What every view needs: the shop, the visit so far, and ways to send a form and to move on.

export const app = {shop: null, visit: null, draw: () => {}};

export const label = (key) => app.shop.labels[key];
export const city = (code) => app.shop.cities.find((one) => one.code === code);

export async function load() {
  const {shop, visit} = await (await fetch("/api/page")).json();
  Object.assign(app, {shop, visit});
}

// Gives the errors by field; an empty object if the server took the form.
export async function send(form, body) {
  document.body.setAttribute("aria-busy", "true");
  const sent = {method: "POST", headers: {"content-type": "application/json"}, body: JSON.stringify(body)};
  const response = await fetch(`/api/${form}`, sent);
  if (!response.ok) throw new Error(`${form}: ${response.status}`);
  const {errors, visit} = await response.json();
  app.visit = visit;
  document.body.removeAttribute("aria-busy");
  return errors;
}

export function go(path) {
  if (path !== location.pathname) history.pushState(null, "", path);
  app.draw();
  scrollTo(0, 0);
}

// Sends the form, then moves on, or gives the errors.
export async function submit(form, body, path) {
  const errors = await send(form, body);
  if (Object.keys(errors).length === 0) go(path);
  return errors;
}

export function people(adults, children) {
  const count = (n, one, many) => (n ? [`${n} ${label(n === 1 ? one : many)}`] : []);
  return [...count(adults, "adult", "adults"), ...count(children, "child", "children")].join(", ");
}
