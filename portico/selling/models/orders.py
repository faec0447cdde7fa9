from django.contrib.postgres.indexes import OpClass
from django.db import models
from django.db.models.functions import Lower, Now

from portico.contacts.models import Contact
from portico.contacts.models.owning import owning_company
from portico.identity.models import Membership
from portico.lib.tenancy import SameCompany


class OrderStatus(models.TextChoices):
    PENDING = "pending"
    PROCESSING = "processing"
    SHIPPED = "shipped"
    DELIVERED = "delivered"
    CANCELLED = "cancelled"


class Order(models.Model):
    """What a contact, or a member itself, has bought. Amounts are in the smallest unit of the currency.

    `external_id` is the order's name in the shop that it comes from. `items` are objects with title, sku, quantity,
    price (smallest units, of one piece) and image_url, in their order; addresses are objects of texts. Whose sale
    it is, PostgreSQL says (migration 0003).
    """

    company = owning_company()
    external_id = models.TextField()
    number = models.TextField()
    contact = models.ForeignKey(
        Contact, models.DO_NOTHING, null=True, db_constraint=False, db_index=False, related_name="+"
    )
    member = models.ForeignKey(
        Membership, models.DO_NOTHING, null=True, db_constraint=False, db_index=False, related_name="+"
    )
    seller = models.ForeignKey(
        Membership, models.DO_NOTHING, null=True, db_constraint=False, db_index=False, related_name="+"
    )
    status = models.TextField(choices=OrderStatus.choices, db_default=OrderStatus.PENDING)
    currency = models.TextField()
    subtotal = models.BigIntegerField(db_default=0)
    tax = models.BigIntegerField(db_default=0)
    shipping = models.BigIntegerField(db_default=0)
    total = models.BigIntegerField()
    items = models.JSONField(db_default=models.Value([], models.JSONField()))
    items_count = models.IntegerField(db_default=0)
    shipping_address = models.JSONField(null=True)
    billing_address = models.JSONField(null=True)
    tracking_number = models.TextField(null=True)
    placed_at = models.DateTimeField(db_default=Now())
    shipped_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(db_default=Now())
    updated_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "sales_order"
        indexes = [
            models.Index(fields=["company", "-placed_at", "-id"], name="sales_order_placed"),
            models.Index(fields=["company", "contact", "-placed_at", "-id"], name="sales_order_contact"),
            models.Index(
                fields=["company", "member", "-placed_at", "-id"],
                name="sales_order_member",
                condition=models.Q(member__isnull=False),
            ),
            # Numbers are looked for by how they begin.
            models.Index(
                models.F("company"),
                OpClass(Lower("number"), "text_pattern_ops"),
                name="sales_order_number",
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["company", "id"], name="sales_order_company_id"),
            models.UniqueConstraint(fields=["company", "external_id"], name="sales_order_external_id"),
            models.CheckConstraint(condition=models.Q(status__in=OrderStatus.values), name="sales_order_status"),
            SameCompany(field="contact", name="sales_order_contact_same_company", on_delete="SET NULL"),
            SameCompany(field="member", name="sales_order_member_same_company", on_delete="SET NULL"),
            SameCompany(field="seller", name="sales_order_seller_same_company", on_delete="SET NULL"),
        ]

    def __str__(self) -> str:
        return self.number
