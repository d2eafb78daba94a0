/* SPDX-License-Identifier: MIT */
/*
 * Where the Engine is, found as the docker CLI finds it: DOCKER_HOST; else the context named by
 * DOCKER_CONTEXT or by currentContext of the CLI's config.json ($DOCKER_CONFIG, ~/.docker); else
 * /var/run/docker.sock. Where there is no such socket, the places of rootless Docker, Docker
 * Desktop and Podman are looked at too, which the CLI does not do.
 */
#ifndef SLIPWAY_ENGINE_DOCKER_SOCKET_H
#define SLIPWAY_ENGINE_DOCKER_SOCKET_H

#include "host/host.h"

struct docker_socket {
	char *url;         /* as for DOCKER_HOST: "unix:///var/run/docker.sock" */
	char *unix_socket; /* path on the host; NULL: TCP */
	char *tcp_host;
	int tcp_port;
	char *origin;  /* who said so: "DOCKER_HOST", "context remote", "default"; for messages */
	bool rootless; /* below the user's runtime directory */
};

void docker_socket_done(struct docker_socket *s);
DEFINE_AUTO(docker_socket)

/* ERR_UNREACHABLE: there is none, with the places looked at as detail; ERR_INPUT: the address
 * cannot be used (TLS, ssh://, a context that does not exist). Reads files of the host: not under a
 * screen. */
int docker_socket_find(struct host *h, struct docker_socket *ret, struct error *err);
/* Reads an address as DOCKER_HOST holds it: unix://PATH, tcp://HOST[:PORT], http://HOST[:PORT]. */
int docker_socket_parse(const char *url, struct docker_socket *ret, struct error *err);

/* What went wrong on connecting to s, in the words of this module: code and text of `cause` give
 * ERR_DENIED, ERR_UNREACHABLE... with the remedy as hint. Returns the code. */
int docker_socket_explain(const struct docker_socket *s, const struct error *cause,
	const char *user, struct error *err);
/* What went wrong in the middle of talking to s: the codes of http.h, ERR_INPUT for an answer that
 * is no JSON. Always ERR_UNREACHABLE, whatever kept the answer from coming; a cancellation stays
 * one. */
int docker_socket_broke(
	const struct docker_socket *s, const struct error *cause, struct error *err);

#endif
