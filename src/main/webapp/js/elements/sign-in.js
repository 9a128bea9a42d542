import { emit, h, setText, show } from '../dom.js';

const DEMO_ACCOUNTS = ['alice', 'bob', 'admin'];

const WORDS = {
  absent: 'To see your documents and their progress.',
  left: 'You are signed out.',
  expired: 'Your session has ended. Sign in again to go on where you were.',
};

/** Asks for name and password. Emits `sign-in` {username, password}. */
export class SignIn extends HTMLElement {
  #reason = h('p', { class: 'sign-in-reason', id: 'sign-in-reason' });
  #username = h('input', { id: 'username', name: 'username', autocomplete: 'username', autocapitalize: 'none', spellcheck: 'false', required: true });
  #password = h('input', { id: 'password', name: 'password', type: 'password', autocomplete: 'current-password', required: true });
  #submit = h('button', { type: 'submit', class: 'button primary', id: 'sign-in-button' }, 'Sign in');
  #problem = h('p', { class: 'problem', id: 'sign-in-problem', role: 'alert', hidden: true });

  connectedCallback() {
    const form = h(
      'form',
      { class: 'card sign-in-form', 'aria-labelledby': 'sign-in-heading' },
      h('h2', { id: 'sign-in-heading' }, 'Sign in'),
      this.#reason,
      h('label', { for: 'username' }, 'Name', this.#username),
      h('label', { for: 'password' }, 'Password', this.#password),
      this.#problem,
      this.#submit,
      this.#hint(),
    );
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      emit(this, 'sign-in', { username: this.#username.value.trim(), password: this.#password.value });
    });
    this.append(form);
  }

  /** @param session the slice of the state */
  set session({ status, reason, user }) {
    const appears = status === 'out' && this.hidden;
    show(this, status === 'out');
    if (!appears) return;
    setText(this.#reason, WORDS[reason] ?? WORDS.absent);
    show(this.#problem, false);
    this.#password.value = '';
    if (user) this.#username.value = user;
    (user ? this.#password : this.#username).focus();
  }

  set busy(busy) {
    this.#submit.disabled = busy;
    setText(this.#submit, busy ? 'Signing in…' : 'Sign in');
  }

  set problem(text) {
    setText(this.#problem, text ?? '');
    show(this.#problem, Boolean(text));
    if (text) this.#password.select();
  }

  #hint() {
    const fill = (name) => {
      const button = h('button', { type: 'button', class: 'link', 'data-account': name }, name);
      button.addEventListener('click', () => {
        this.#username.value = name;
        this.#password.value = `demo-${name}`;
        this.#submit.focus();
      });
      return button;
    };
    const accounts = DEMO_ACCOUNTS.flatMap((name, index) => (index ? [', ', fill(name)] : [fill(name)]));
    return h('p', { class: 'hint', id: 'demo-hint' }, 'Demo accounts: ', ...accounts, '. The password is ', h('code', {}, 'demo-'), ' and the name.');
  }
}

customElements.define('sign-in', SignIn);
